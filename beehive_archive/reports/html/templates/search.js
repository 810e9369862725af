// Reading and filtering need no script; this adds a search in titles, addresses and paths.
(function () {
  "use strict";
  var box = document.querySelector(".search");
  if (!box) return;
  var input = box.querySelector("input");
  var output = box.querySelector("output");
  var articles = Array.from(document.querySelectorAll("article"));
  var batches = Array.from(document.querySelectorAll(".batch"));
  var fold = function (text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  };
  var texts = null;
  var search = function () {
    texts = texts || articles.map(function (each) {
      return fold(each.querySelector("h3").textContent + " " + each.dataset.find);
    });
    var words = fold(input.value).split(/\s+/).filter(Boolean);
    var hits = 0;
    articles.forEach(function (each, index) {
      var hit = words.every(function (word) { return texts[index].includes(word); });
      each.classList.toggle("miss", !hit);
      hits += hit;
    });
    batches.forEach(function (each) {
      var shown = each.querySelectorAll("article:not(.miss)").length;
      each.classList.toggle("miss", !shown);
      each.style.containIntrinsicHeight = "auto " + 6.5 * shown + "rem"; // until it is in sight
    });
    output.textContent = words.length ? hits.toLocaleString() + " found under every filter" : "";
  };
  var timer;
  input.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(search, 120);
  });
  box.hidden = false;
})();
