(function () {
  "use strict";
  function reveal() {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") { node.open = true; }
    }
    if (target && target.tagName === "TR") {
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
      target.scrollIntoView({ behavior: "instant", block: "center", inline: "start" });
    }
  }
  document.addEventListener("click", function (event) {
    // The same number a second time changes no address, and its fold may be closed again.
    var link = event.target.closest("a.num");
    if (link && link.hash === location.hash) { reveal(); }
  });
  window.addEventListener("hashchange", reveal);
  document.addEventListener("DOMContentLoaded", reveal);
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
