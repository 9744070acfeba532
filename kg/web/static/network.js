// Draws the ties of the table as a network; a click on an actor opens its page.
"use strict";
(async () => {
  const box = document.getElementById("network");
  const answer = await fetch(`/network.json${location.search}`);
  const data = answer.ok ? await answer.json() : { nodes: [] };
  if (!data.nodes.length) return;
  box.hidden = false;
  // Cytoscape would write a style element, which our policy refuses; it does not where it finds one, and style.css says the same.
  document.head.append(Object.assign(document.createElement("meta"), { id: "__________cytoscape_stylesheet" }));
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", "Network of actors; the table below says the same");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const kinds = { "speaks to": ["--statement", "solid"], "speaks of": ["--statement", "dotted"], meets: ["--negotiation", "solid"],
    "acts against": ["--action", "dashed"], "is related to": ["--relation", "solid"] };
  const draw = () => {
    box.replaceChildren();
    const graph = cytoscape({
      container: box,
      elements: [
        // Placed on an ellipse at first, so that the same ties give the same drawing.
        ...data.nodes.map((n, i) => ({ data: { id: String(n.id), label: n.label, path: n.path },
          position: { x: 900 * Math.cos(2 * Math.PI * i / data.nodes.length), y: 380 * Math.sin(2 * Math.PI * i / data.nodes.length) } })),
        ...data.edges.map((e) => ({ data: { source: String(e.from), target: String(e.to), kind: e.kind, n: e.n,
          colour: colour(kinds[e.kind][0]), line: kinds[e.kind][1], arrow: e.kind === "meets" ? "none" : "triangle" } })),
      ],
      style: [
        { selector: "node", style: { label: "data(label)", "font-size": 24, "text-wrap": "wrap", "text-max-width": 190, color: colour("--ink"),
          "background-color": colour("--other"), width: 28, height: 28, "text-valign": "bottom", "text-margin-y": 4,
          "text-background-color": colour("--card"), "text-background-opacity": 0.8, "text-background-padding": 2 } },
        { selector: "edge", style: { width: "mapData(n, 1, 10, 2, 11)", "line-color": "data(colour)", "line-style": "data(line)", "curve-style": "bezier",
          "target-arrow-shape": "data(arrow)", "target-arrow-color": "data(colour)", opacity: 0.75 } },
        { selector: ".faded", style: { opacity: 0.12 } },
      ],
      layout: { name: "cose", animate: false, randomize: false, nodeDimensionsIncludeLabels: true, nodeRepulsion: () => 400000, nodeOverlap: 40,
        idealEdgeLength: () => 90, gravity: 0.8, componentSpacing: 50, padding: 24, numIter: 2500 },
    });
    // The first view is the largest part; small ones apart from it are a drag away, and in the table.
    graph.fit(graph.elements().components().sort((a, b) => b.length - a.length)[0], 24);
    graph.on("tap", "node", (event) => { location.href = event.target.data("path"); });
    graph.on("mouseover", "node", (event) => { graph.elements().not(event.target.closedNeighborhood()).addClass("faded"); });
    graph.on("mouseout", "node", () => graph.elements().removeClass("faded"));
  };
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  const key = document.createElement("p");
  key.className = "soft hint";
  key.textContent = "Blue: speaks to (solid) or of (dotted). Green: meets. Orange, dashed: acts against. Violet: other ties. Drag to move, wheel to zoom, click for the actor.";
  box.after(key);
})();
