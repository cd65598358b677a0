"""The one door for notebooks: open a chapter, ask the plan's questions, show, say, save."""

from analysis.study.chapter import Answer, Chapter
from analysis.study.opening import open_chapter

__all__ = ["Answer", "Chapter", "open_chapter"]
