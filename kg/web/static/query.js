// Turns the plain form into an editor (Yasqe) with completion of the graph's own terms, and shows answers in place.
"use strict";
(() => {
  const form = document.querySelector("form.query"), area = document.getElementById("query"), out = document.getElementById("answer");
  const most = 1000; // rows that the table shows; the downloads have all of them
  let terms = [], prefixes = {};
  fetch("/terms.json").then((answer) => answer.json()).then((data) => { ({ terms, prefixes } = data); });

  const { Yasqe } = Yasgui;
  Yasqe.registerAutocompleter({
    name: "ck-terms", bulk: false, autoShow: true, persistenceId: null,
    isValidCompletionPosition: (editor) => {
      const token = editor.getCompleteToken();
      return !token.string.startsWith("?") && /^[\w-]*:?[\w-]*$/.test(token.string) && token.string.length > 1 && !["string", "comment"].includes(token.type);
    },
    get: (_, token) => {
      const typed = (token && token.string || "").toLowerCase();
      return terms.filter(({ term, label }) => term.toLowerCase().includes(typed) || label.toLowerCase().startsWith(typed)).slice(0, 40).map(({ term }) => term);
    },
    postProcessSuggestion: (editor, token, suggestion) => {
      const prefix = suggestion.split(":")[0];
      if (prefixes[prefix] && !(prefix in editor.getPrefixesFromQuery())) setTimeout(() => editor.addPrefixes({ [prefix]: prefixes[prefix] }), 0);
      return suggestion;
    },
  }, false);
  const box = document.createElement("div");
  box.id = "editor";
  area.before(box);
  area.hidden = true;
  area.required = false;
  const editor = new Yasqe(box, { value: area.value, persistenceId: null, showQueryButton: false, createShareableLink: null, resizeable: false,
    autocompleters: ["ck-terms", "variables"], requestConfig: { endpoint: `${location.origin}/sparql` } });
  editor.setValue(area.value);
  editor.setSize(null, "22rem");
  box.querySelector(".CodeMirror-scroll").tabIndex = 0;
  box.querySelectorAll("textarea").forEach((field) => field.setAttribute("aria-label", "Query"));
  editor.setOption("extraKeys", { ...editor.getOption("extraKeys"), Tab: false, "Shift-Tab": false }); // the keyboard gets out again

  const menu = document.createElement("select");
  menu.id = "examples";
  menu.append(new Option("Choose a question…", ""));
  document.querySelectorAll(".questions a").forEach((link) => menu.append(new Option(link.textContent, new URL(link.href).searchParams.get("text"))));
  menu.addEventListener("change", () => { if (menu.value) { editor.setValue(menu.value); out.replaceChildren(); } });
  const label = document.createElement("label");
  label.htmlFor = "examples";
  label.textContent = "Questions";
  const row = document.createElement("p");
  row.append(label, " ", menu);
  form.before(row);

  const element = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text ?? "" }, more);
  const shorten = (iri) => {
    for (const [prefix, start] of Object.entries(prefixes)) if (iri.startsWith(start) && !/[/#]/.test(iri.slice(start.length))) return `${prefix}:${iri.slice(start.length)}`;
    return iri.replace(/^https:\/\/w3id\.org\/conflict-kg\/id\//, "");
  };
  const cell = (value) => {
    const td = document.createElement("td");
    if (value?.type === "uri") {
      const path = value.value.match(/^https:\/\/w3id\.org\/conflict-kg(\/(?:id|graph)\/.*)$/)?.[1].replace(/^\/id\//, "/doc/").replace(/[?#]/g, encodeURIComponent);
      const shown = path || /^https?:/.test(value.value) ? element("a", "", { href: path || value.value }) : td;
      for (const part of shorten(value.value).split(/(?<=[/#:])(?=[^/#:])/)) shown.append(part, document.createElement("wbr"));
      if (shown !== td) td.append(shown);
    } else if (value) td.textContent = value.value;
    return td;
  };
  const table = ({ head, results }) => {
    const made = document.createElement("table"), top = made.createTHead().insertRow(), body = made.createTBody();
    head.vars.forEach((name) => top.append(element("th", name, { scope: "col" })));
    results.bindings.slice(0, most).forEach((binding) => body.insertRow().append(...head.vars.map((name) => cell(binding[name]))));
    return made;
  };
  form.addEventListener("submit", async (event) => {
    area.value = editor.getValue();
    if (document.getElementById("format").value !== "html") return; // the form itself downloads
    event.preventDefault();
    out.replaceChildren(element("p", "Asking…", { className: "soft" }));
    const began = performance.now();
    const answer = await fetch("/sparql", { method: "POST", headers: { "Content-Type": "application/sparql-query",
      Accept: "application/sparql-results+json, text/turtle;q=0.9, application/problem+json;q=0.5" }, body: area.value });
    const kind = answer.headers.get("Content-Type") || "", text = await answer.text(), took = Math.round(performance.now() - began);
    const links = element("p", "", { className: "soft" });
    const wide = element("div", "", { className: "wide results", tabIndex: 0 });
    wide.setAttribute("role", "region");
    wide.setAttribute("aria-label", "Answer");
    if (!answer.ok) {
      const told = kind.includes("json") ? JSON.parse(text) : { title: answer.statusText, detail: text };
      out.replaceChildren(element("h2", told.title), element("pre", told.detail));
      return;
    }
    let count = "";
    if (kind.includes("sparql-results+json")) {
      const data = JSON.parse(text);
      if ("boolean" in data) wide.append(element("p", data.boolean ? "Yes" : "No", { className: "pull" }));
      else {
        const n = data.results.bindings.length;
        count = `${n} ${n === 1 ? "row" : "rows"}${n > most ? `, of which ${most} are shown` : ""}, `;
        wide.append(table(data));
      }
    } else wide.append(element("pre", text.slice(0, 200000)));
    links.append(`${count}${took} ms. `);
    for (const format of kind.includes("sparql-results") ? ["csv", "tsv", "json", "xml"] : ["ttl", "jsonld", "nt", "rdf"]) {
      links.append(element("a", format.toUpperCase(), { href: `/sparql?download=1&format=${format}&query=${encodeURIComponent(area.value)}` }), " ");
    }
    links.append(element("a", "Link to this query", { href: `/sparql?text=${encodeURIComponent(area.value)}` }));
    out.replaceChildren(element("h2", "Answer"), links, wide);
    out.scrollIntoView({ block: "nearest" });
  });
})();
