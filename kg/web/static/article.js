// Joins text and facts: pointing at one lights the other up; a click on words that became several facts shows all of them.
"use strict";
(() => {
  const words = [...document.querySelectorAll(".ev")];
  const facts = new Map();
  for (const entry of document.querySelectorAll("[data-passage]")) {
    const key = entry.dataset.passage;
    facts.set(key, [...(facts.get(key) || []), entry]);
  }
  const keys = (word) => word.dataset.reports.trim().split(" ");
  const light = (key, on) => {
    for (const word of words) if (keys(word).includes(key)) word.classList.toggle("lit", on);
    for (const entry of facts.get(key) || []) entry.classList.toggle("lit", on);
  };
  for (const [key, entries] of facts) {
    for (const entry of entries) {
      entry.addEventListener("mouseenter", () => light(key, true));
      entry.addEventListener("mouseleave", () => light(key, false));
    }
  }
  for (const word of words) {
    word.addEventListener("mouseenter", () => light(keys(word)[0], true));
    word.addEventListener("mouseleave", () => light(keys(word)[0], false));
    word.addEventListener("click", (event) => {
      const shown = keys(word).flatMap((key) => facts.get(key) || []);
      if (!shown.length) return; // they are on another page of passages: the link leads there
      event.preventDefault();
      document.querySelectorAll(".entry.lit").forEach((entry) => entry.classList.remove("lit"));
      shown.forEach((entry) => entry.classList.add("lit"));
      shown[0].scrollIntoView({ block: "center" });
      history.replaceState(null, "", `#${shown[0].id || ""}`);
    });
  }
})();
