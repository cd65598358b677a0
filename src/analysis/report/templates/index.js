(function () {
  "use strict";
  var table = document.getElementById("runs");
  if (!table) { return; }
  var PAGE = 100;
  var COLUMNS = ["status", "title", "study", "run", "", "finished"];
  var RANK = { failed: "0", unreadable: "1", complete: "2" };
  var body = table.tBodies[0];
  var form = document.getElementById("find");
  var found = document.getElementById("found");
  var more = document.getElementById("more");
  var fields = ["words", "study", "run", "status"].map(function (id) { return document.getElementById(id); });
  var state = { sort: "", down: false, shown: PAGE };
  var runs = Array.prototype.map.call(body.rows, function (row, place) {
    var cells = row.cells, time = cells[5].firstElementChild;
    return {
      row: row,
      place: place,
      status: cells[0].textContent.trim(),
      title: cells[1].textContent.trim(),
      study: cells[2].textContent,
      run: cells[3].textContent,
      finished: time ? time.dateTime : "",
      text: row.textContent.toLowerCase()
    };
  });
  var compare = new Intl.Collator("en", { numeric: true }).compare;

  function options(select, key) {
    var names = {};
    runs.forEach(function (run) { names[run[key]] = true; });
    Object.keys(names).sort(compare).slice(0, 1000).forEach(function (name) {
      var option = document.createElement("option");
      option.value = option.textContent = name;
      select.appendChild(option);
    });
  }

  function matching() {
    var words = fields[0].value.toLowerCase().split(/\s+/).filter(Boolean);
    var study = fields[1].value, name = fields[2].value.trim().toLowerCase(), status = fields[3].value;
    return runs.filter(function (run) {
      return (!study || run.study === study) && (!status || run.status === status) &&
        (!name || run.run.toLowerCase().indexOf(name) >= 0) &&
        words.every(function (word) { return run.text.indexOf(word) >= 0; });
    });
  }

  function sorted(chosen) {
    if (!state.sort) { return chosen; }
    var turn = state.down ? -1 : 1;
    return chosen.sort(function (a, b) {
      var x = a[state.sort], y = b[state.sort];
      if (state.sort === "status") { x = RANK[x]; y = RANK[y]; }
      return turn * compare(x, y) || a.place - b.place;
    });
  }

  function show(keepFocus) {
    var chosen = sorted(matching()), part = document.createDocumentFragment();
    var before = body.rows.length;
    chosen.slice(0, state.shown).forEach(function (run) { part.appendChild(run.row); });
    body.textContent = "";
    body.appendChild(part);
    var left = chosen.length - Math.min(state.shown, chosen.length);
    more.hidden = left === 0;
    more.textContent = "Show " + Math.min(PAGE, left) + " more";
    found.textContent = chosen.length === 0
      ? "No run matches. Show all to begin again."
      : chosen.length + (chosen.length === 1 ? " run" : " runs") +
        (chosen.length < runs.length ? " of " + runs.length : "") +
        (left ? ", the first " + state.shown + " shown" : "") + ".";
    if (keepFocus && body.rows[before]) {
      var next = body.rows[before].querySelector("a") || body.rows[before];
      if (next.tagName === "TR") { next.tabIndex = -1; }
      next.focus();
    }
    remember();
  }

  // The choice stands in the address, so that coming back from a report finds the list as it was.
  function remember() {
    var parts = fields.filter(function (field) { return field.value; }).map(function (field) {
      return field.id + "=" + encodeURIComponent(field.value);
    });
    if (state.sort) { parts.push("sort=" + (state.down ? "-" : "") + state.sort); }
    if (parts.length || location.hash.indexOf("=") > 0) {
      history.replaceState(null, "", parts.length ? "#" + parts.join("&") : location.pathname);
    }
  }

  function recall() {
    location.hash.slice(1).split("&").forEach(function (part) {
      var at = part.indexOf("="), key = part.slice(0, at), value = part.slice(at + 1);
      if (at < 0) { return; }
      if (key === "sort") {
        state.down = value.charAt(0) === "-";
        state.sort = COLUMNS.indexOf(value.replace("-", "")) >= 0 ? value.replace("-", "") : "";
      }
      fields.forEach(function (field) {
        if (field.id === key) { try { field.value = decodeURIComponent(value); } catch (e) { field.value = ""; } }
      });
    });
  }

  function heads() {
    return Array.prototype.slice.call(table.tHead.rows[0].cells);
  }

  function mark() {
    heads().forEach(function (head, place) {
      if (state.sort && COLUMNS[place] === state.sort) {
        head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      } else {
        head.removeAttribute("aria-sort");
      }
    });
  }

  function first() { state.shown = PAGE; show(false); }

  heads().forEach(function (head, place) {
    if (!COLUMNS[place]) { return; }
    var button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = head.textContent;
    head.textContent = "";
    head.appendChild(button);
    button.addEventListener("click", function () {
      state.down = state.sort === COLUMNS[place] && !state.down;
      state.sort = COLUMNS[place];
      mark();
      first();
    });
  });
  options(fields[1], "study");
  options(document.getElementById("run-names"), "run");
  options(fields[3], "status");
  form.addEventListener("input", first);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () {
    state.sort = "";
    mark();
    setTimeout(first, 0);
  });
  more.addEventListener("click", function () { state.shown += PAGE; show(true); });
  form.hidden = false;
  recall();
  mark();
  show(false);
  document.documentElement.className = "";
})();
