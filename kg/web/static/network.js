// Draws the strongest ties of the table: actors as boxes with their names, ties as lines of the kinds that the legend shows.
"use strict";
(async () => {
  const box = document.getElementById("network");
  const answer = await fetch(`/network.json${location.search}`);
  const data = answer.ok ? await answer.json() : { edges: [] };
  if (!data.edges.length) return;
  const { svg, width, height } = drawing(box, "Actors and their ties");
  const layer = svg.append("g");

  // Each actor's name in one or two lines, larger the more ties it has, and the size of the box around it.
  const actors = new Map(data.nodes.map((n) => [n.id, { ...n, sum: 0 }]));
  for (const e of data.edges) for (const id of [e.from, e.to]) actors.get(id).sum += e.n;
  const most = d3.max(actors.values(), (a) => a.sum);
  const ruler = svg.append("text").node();
  for (const actor of actors.values()) {
    actor.size = (width < 600 ? 11 : 12) + 4 * Math.sqrt(actor.sum / most);
    actor.lines = lines(actor.label);
    ruler.style.fontSize = `${actor.size}px`;
    actor.w = 14 + d3.max(actor.lines, (line) => { ruler.textContent = line; return ruler.getComputedTextLength(); });
    actor.h = 8 + actor.lines.length * actor.size * 1.15;
  }
  ruler.remove();

  // As many actors as the frame holds, those of the strongest ties first; fewer, until none lies on another.
  let room = 0.34 * width * height, nodes, links;
  do {
    [nodes, links] = chosen(room);
    room *= 0.8;
  } while (!placed(nodes, links) && nodes.length > 2);

  const thick = d3.scaleSqrt([1, Math.max(4, d3.max(data.edges, (e) => e.n))], [1.6, 5]);
  const tie = layer.selectAll("g").data(links).join("g").attr("class", (e) => `tie t-${e.kind.replaceAll(" ", "-")}`);
  tie.each(function (e) {
    const head = e.kind === "meets" ? 0 : 6 + 1.5 * thick(e.n), [x1, y1, x2, y2] = ends(e);
    const far = Math.hypot(x2 - x1, y2 - y1) || 1, ux = (x2 - x1) / far, uy = (y2 - y1) / far, bx = x2 - ux * head, by = y2 - uy * head;
    const line = { x1, y1, x2: bx + ux * Math.min(1, head), y2: by + uy * Math.min(1, head) };
    for (const name of ["line", "wider"]) {
      const drawn = d3.select(this).append("line").attr("class", name).attr("stroke-width", name === "line" ? thick(e.n) : 14);
      for (const [key, value] of Object.entries(line)) drawn.attr(key, value.toFixed(1));
    }
    if (head) {
      const side = head * 0.45;
      d3.select(this).append("path").attr("class", "head").attr("d", d3.line()([[x2, y2], [bx - uy * side, by + ux * side], [bx + uy * side, by - ux * side]]) + "Z");
    }
  });
  tie.append("title").text((e) => `${e.source.label} ${e.kind} ${e.target.label}: ${events(e.n)}`);
  const link = layer.selectAll("a").data(nodes).join("a").attr("href", (a) => a.path).attr("tabindex", -1).attr("class", "actor")
    .attr("transform", (a) => `translate(${a.x.toFixed(1)},${a.y.toFixed(1)})`);
  const row = (a, i) => (i - (a.lines.length - 1) / 2 + 0.31) * a.size * 1.15;
  link.append("rect").attr("x", (a) => -a.w / 2).attr("y", (a) => -a.h / 2).attr("width", (a) => a.w).attr("height", (a) => a.h).attr("rx", 6);
  link.append("text").style("font-size", (a) => `${a.size}px`).selectAll("tspan").data((a) => a.lines.map((line, i) => [line, row(a, i)]))
    .join("tspan").attr("x", 0).attr("y", ([, y]) => y).text(([line]) => line);
  link.append("title").text((a) => `${a.label}: ${a.sum} in the ties of the table`);

  // What has nothing to do with the actor or the tie under the pointer fades.
  const fade = (near, kept) => {
    tie.classed("faded", (e) => !kept(e));
    link.classed("faded", (a) => !near.has(a));
  };
  const clear = () => layer.selectAll(".faded").classed("faded", false);
  const around = (_, a) => {
    const own = links.filter((e) => e.source === a || e.target === a);
    fade(new Set([a, ...own.flatMap((e) => [e.source, e.target])]), (e) => own.includes(e));
  };
  link.on("mouseenter focus", around).on("mouseleave blur", clear);
  tie.on("mouseenter", (_, e) => fade(new Set([e.source, e.target]), (other) => other === e)).on("mouseleave", clear);

  zoomable(box, svg, d3.zoom().scaleExtent([0.5, 8]).on("zoom", (event) => layer.attr("transform", event.transform)), d3.zoomIdentity);
  const drawn = `${links.length} of the ${data.edges.length} ties of the table are drawn, those of the ${nodes.length} actors with the strongest. `;
  hint(box, links.length < data.edges.length ? drawn : "", "the page of an actor");

  function events(n) {
    return n === 1 ? "1 event" : `${n} events`;
  }

  // A name in at most two lines of much the same length.
  function lines(label) {
    const text = label.length > 44 ? `${label.slice(0, 43)}…` : label, middle = text.length / 2;
    const spaces = [...text.matchAll(/ /g)].map((m) => m.index);
    if (text.length < 16 || !spaces.length) return [text];
    const at = d3.least(spaces, (i) => Math.abs(i - middle));
    return [text.slice(0, at), text.slice(at + 1)];
  }

  // The actors of the strongest ties whose boxes fill at most so many pixels, and all ties among them.
  function chosen(most) {
    const kept = new Set();
    let filled = 0;
    for (const e of data.edges) {
      const fresh = [e.from, e.to].map((id) => actors.get(id)).filter((a) => !kept.has(a));
      filled += d3.sum(fresh, (a) => (a.w + 24) * (a.h + 20));
      if (filled > most && kept.size) break;
      for (const actor of fresh) kept.add(actor);
    }
    const found = data.edges.map((e) => ({ ...e, source: actors.get(e.from), target: actors.get(e.to) }))
      .filter((e) => kept.has(e.source) && kept.has(e.target));
    // Ties of the same two actors lie side by side.
    const beside = d3.group(found, (e) => [e.from, e.to].sort().join());
    for (const ties of beside.values()) {
      const step = Math.min(10, (Math.min(ties[0].source.h, ties[0].target.h) - 8) / (ties.length - 1));
      ties.forEach((e, i) => { e.aside = (i - (ties.length - 1) / 2) * step * (e.from < e.to ? 1 : -1); });
    }
    return [[...kept], found];
  }

  // Gives the actors their places in the frame, the same for the same ties; whether no box lies on another. The forces work in a square that is
  // then stretched to the frame, so that a wide one is filled as well as a high one.
  function placed(nodes, links) {
    const stretch = width / height, step = height / Math.sqrt(nodes.length);
    const corner = { x: width - 75, y: 28, w: 150, h: 56, fixed: true };  // where the buttons are
    const inside = (x) => {
      for (const a of nodes) {
        a.x = Math.max(a.w / 2 + 8, Math.min(width - a.w / 2 - 8, a.x * x));
        a.y = Math.max(a.h / 2 + 8, Math.min(height - a.h / 2 - 8, a.y));
      }
    };
    nodes.forEach((a, i) => {
      const turn = i * 2.4, out = Math.sqrt(i / nodes.length) * 0.45;
      Object.assign(a, { x: height * (0.5 + out * Math.cos(turn)), y: height * (0.5 + out * Math.sin(turn)), vx: 0, vy: 0 });
    });
    d3.forceSimulation(nodes).stop()
      .force("link", d3.forceLink(links).distance((e) => step * 0.6 + (e.source.w + e.target.w) / 5 / stretch))
      // Not across the whole frame, or what has no tie to the rest would be pressed into a corner.
      .force("charge", d3.forceManyBody().strength(-step * 7).distanceMax(height * 0.4))
      .force("x", d3.forceX(height / 2).strength(0.07))
      .force("y", d3.forceY(height / 2).strength(0.07))
      .force("apart", () => {
        inside(stretch);
        apart([...nodes, corner], 16);
        for (const a of nodes) a.x /= stretch;
      }).tick(300);
    inside(stretch);
    for (const [key, size, most] of [["x", "w", width], ["y", "h", height]]) {  // what does not fill the frame is drawn apart
      const first = d3.min(nodes, (a) => a[key] - a[size] / 2), last = d3.max(nodes, (a) => a[key] + a[size] / 2);
      const by = Math.min(1.7, (most - 16) / (last - first));
      for (const a of nodes) a[key] = most / 2 + (a[key] - (first + last) / 2) * by;
    }
    for (let i = 0; i < 200 && apart([...nodes, corner], 10); i += 1) inside(1);
    return !apart([...nodes, corner], 2);
  }

  // Moves boxes that are nearer than the gap away from each other, along the shorter way; how many pairs there were.
  function apart(boxes, gap) {
    let moved = 0;
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
      const dx = b.x - a.x || 0.1, dy = b.y - a.y || 0.1, x = (a.w + b.w) / 2 + gap - Math.abs(dx), y = (a.h + b.h) / 2 + gap - Math.abs(dy);
      if (x <= 0.01 || y <= 0.01) return;
      moved += 1;
      const [key, by] = x < y ? ["x", x * Math.sign(dx)] : ["y", y * Math.sign(dy)];
      a[key] -= b.fixed ? by : by / 2;
      if (!b.fixed) b[key] += by / 2;
    }));
    return moved;
  }

  // Where a tie leaves the one box and meets the other.
  function ends({ source: a, target: b, aside }) {
    const dx = b.x - a.x, dy = b.y - a.y, far = Math.hypot(dx, dy) || 1, ox = -dy / far * aside, oy = dx / far * aside;
    const along = (half, way, aside) => (way ? (half - aside * Math.sign(way)) / Math.abs(way) : Infinity);
    const from = Math.min(along(a.w / 2, dx, ox), along(a.h / 2, dy, oy)), to = Math.min(along(b.w / 2, -dx, ox), along(b.h / 2, -dy, oy));
    return [a.x + ox + dx * from, a.y + oy + dy * from, b.x + ox - dx * to, b.y + oy - dy * to];
  }
})();
