(function () {
  "use strict";
  var from = null, back = document.createElement("button");
  back.type = "button";
  back.className = "back";
  back.textContent = "Back to where this was read";
  back.addEventListener("click", function () {
    back.remove();
    from.focus({ preventScroll: true });
    from.scrollIntoView({ behavior: "instant", block: "center" });
  });
  function reveal() {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") { node.open = true; }
    }
    if (target && target.tagName === "TBODY") {
      if (from) { target.querySelector(".held").appendChild(back); }
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
      target.scrollIntoView({ behavior: "instant", block: "center", inline: "start" });
      // The whole box, which is lower than a window: the headings of the row stand at its top.
      target.closest(".scroll").scrollIntoView({ behavior: "instant", block: "center" });
    }
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href^='#r-']");
    if (!link) { return; }
    from = link;
    // The same number a second time changes no address, and its fold may be closed again.
    if (link.hash === location.hash) { reveal(); }
  });
  window.addEventListener("hashchange", reveal);
  document.addEventListener("DOMContentLoaded", reveal);

  // A table that is wider than its place says so above it, and at the edge where it is cut off.
  var cues = new Map();
  function mark(box) {
    var wide = box.scrollWidth > box.clientWidth + 1, cue = cues.get(box);
    if (wide && !cue && box.querySelector("table")) {
      cue = document.createElement("p");
      cue.className = "sideways wide";
      cue.textContent = "Scroll sideways to see the whole table.";
      box.before(cue);
      cues.set(box, cue);
    }
    if (cue) { cue.hidden = !wide; }
    box.classList.toggle("cut", wide && box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
  }
  var watch = new ResizeObserver(function (entries) {
    entries.forEach(function (entry) { mark(entry.target); });
  });
  document.querySelectorAll(".scroll").forEach(function (box) {
    watch.observe(box);
    box.addEventListener("scroll", function () { mark(box); }, { passive: true });
  });

  var codes = document.querySelectorAll("main details.code");
  var contents = document.querySelector("nav.contents");
  if (codes.length && contents) {
    var button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    button.textContent = "Show all code";
    button.addEventListener("click", function () {
      var open = button.getAttribute("aria-pressed") !== "true";
      codes.forEach(function (code) { code.open = open; });
      button.setAttribute("aria-pressed", String(open));
    });
    contents.appendChild(button);
  }
})();
