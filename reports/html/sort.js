
"use strict";
document.querySelectorAll("table").forEach(function (table) {
  var body = table.tBodies[0], heads = table.tHead.rows[0].cells;
  var compare = new Intl.Collator("vi", { numeric: true }).compare;
  function key(row, place) {
    var cell = row.cells[place];
    return cell.dataset.key || cell.textContent.trim();
  }
  Array.from(heads).forEach(function (head, place) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.textContent = "";
    head.appendChild(button);
    button.addEventListener("click", function () {
      var down = head.getAttribute("aria-sort") === "ascending";
      Array.from(heads).forEach(function (each) { each.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      Array.from(body.rows).sort(function (one, other) {
        return (down ? -1 : 1) * compare(key(one, place), key(other, place));
      }).forEach(function (row) { body.appendChild(row); });
    });
  });
});
