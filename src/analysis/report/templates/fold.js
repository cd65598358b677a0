(function () {
  "use strict";
  function reveal() {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var opened = false;
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS" && !node.open) { node.open = true; opened = true; }
    }
    if (opened) { target.scrollIntoView({ block: "center" }); }
  }
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
