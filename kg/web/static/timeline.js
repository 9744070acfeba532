// Draws events as marks on an axis of days that can be zoomed; the table below says the same.
"use strict";
(async () => {
  const box = document.getElementById("timeline");
  const answer = await fetch(`/timeline.json${location.search}`);
  const data = answer.ok ? await answer.json() : { events: [] };
  if (!data.events.length) return;
  const rows = ["Statement", "MilitaryAction", "Negotiation", "Relation"];
  const names = { Statement: "statements", MilitaryAction: "military actions", Negotiation: "negotiations", Relation: "ties" };
  const used = rows.filter((row) => data.events.some((e) => e.family === row));
  box.hidden = false;
  box.style.height = `${80 + used.length * 90}px`;
  const { svg, width, height } = drawing(box, "Events by day");
  const events = data.events.map((e) => ({ ...e, date: new Date(`${e.day}T00:00:00Z`) }));
  const span = d3.extent(events, (e) => e.date);
  const pad = Math.max((span[1] - span[0]) * 0.03, 864e5 * 3);
  const x = d3.scaleUtc([new Date(+span[0] - pad), new Date(+span[1] + pad)], [20, width - 20]);
  const axis = svg.append("g").attr("transform", `translate(0,${height - 30})`);
  const marks = svg.append("g");
  svg.selectAll("text.row").data(used).join("text").attr("class", "row").attr("x", 12).attr("y", (_, i) => 40 + i * 90).text((d) => names[d]);
  const link = marks.selectAll("a").data(events).join("a").attr("href", (e) => e.path).attr("tabindex", -1).attr("class", (e) => `f-${e.family}`);
  link.append("path").attr("class", "spot").attr("d", (e) => d3.symbol(SHAPES[e.family], 90)());
  link.append("title").text((e) => `${e.when}: ${e.label} (${e.modalities.join(", ").toLowerCase()})`);
  const draw = (scale) => {
    const stacks = new Map();
    link.attr("transform", (e) => {
      const at = Math.round(scale(e.date) / 12) * 12, key = `${e.family}:${at}`, n = stacks.get(key) || 0;
      stacks.set(key, n + 1);
      return `translate(${at},${116 + used.indexOf(e.family) * 90 - (n % 6) * 12})`;
    });
    axis.call(d3.axisBottom(scale).ticks(Math.max(3, width / 130)));
  };
  draw(x);
  const zoom = d3.zoom().scaleExtent([1, 4000]).translateExtent([[0, 0], [width, height]])
    .on("zoom", (event) => draw(event.transform.rescaleX(x)));
  zoomable(box, svg, zoom, d3.zoomIdentity);
  hint(box, data.whole ? "" : `The newest ${data.events.length} events. `, "the page of an event");
})();
