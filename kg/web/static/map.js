// Draws the places of the table on an outline of countries that this server keeps; nothing is loaded from elsewhere.
"use strict";
(async () => {
  const box = document.getElementById("map");
  const [world, answer] = await Promise.all([fetch("/lib/countries.json"), fetch("/map.json")]);
  if (!world.ok || !answer.ok) return;
  const { places } = await answer.json(), outline = await world.json();
  if (!places.length) return;
  box.hidden = false;
  const width = box.clientWidth, height = box.clientHeight;
  const countries = topojson.feature(outline, outline.objects.countries);
  // The first view shows the three quarters of the places that lie nearest to the middle of what is told; the others are a zoom away.
  const weighed = places.flatMap((p) => Array(p.actions + p.negotiations + p.others).fill(p)).slice(0, 20000);
  const middle = [d3.median(weighed, (p) => p.longitude), d3.median(weighed, (p) => p.latitude)];
  const near = d3.sort(places, (p) => d3.geoDistance(middle, [p.longitude, p.latitude])).slice(0, Math.max(2, Math.ceil(places.length * 0.75)));
  const points = { type: "MultiPoint", coordinates: near.map((p) => [p.longitude, p.latitude]) };
  const projection = d3.geoMercator().fitExtent([[width * 0.12, height * 0.12], [width * 0.88, height * 0.88]], points);
  if (projection.scale() > 3000) projection.scale(3000);
  const path = d3.geoPath(projection);
  const svg = d3.select(box).append("svg").attr("viewBox", `0 0 ${width} ${height}`).attr("role", "group").attr("aria-label", "Map of places; the table below says the same");
  const layer = svg.append("g");
  layer.selectAll("path.land").data(countries.features).join("path").attr("class", "land").attr("d", path);
  const families = [["actions", "MilitaryAction", d3.symbolCircle, "military actions"], ["negotiations", "Negotiation", d3.symbolSquare, "negotiations"],
    ["others", "Statement", d3.symbolDiamond, "statements and ties"]];
  const marks = [];
  for (const place of places) {
    const told = families.filter(([key]) => place[key]);
    told.forEach(([key, family, shape, words], i) => marks.push({ place, n: place[key], family, shape, words, dx: (i - (told.length - 1) / 2) * 16 }));
  }
  const at = (p) => projection([p.longitude, p.latitude]);
  const link = layer.selectAll("a").data(marks.sort((a, b) => b.n - a.n)).join("a").attr("href", (m) => m.place.path).attr("tabindex", -1).attr("class", (m) => `f-${m.family}`);
  link.append("path").attr("class", "spot").attr("d", (m) => d3.symbol(m.shape, 80 + 60 * Math.sqrt(m.n))());
  link.append("title").text((m) => `${m.place.label}: ${m.n} ${m.words}`);
  const label = layer.selectAll("text").data(places.slice(0, 40)).join("text").attr("text-anchor", "middle").text((p) => p.label);
  const draw = (k) => {
    link.attr("transform", (m) => `translate(${at(m.place)[0] + m.dx / k},${at(m.place)[1]}) scale(${1 / k})`);
    label.attr("transform", (p) => `translate(${at(p)}) scale(${1 / k})`).attr("dy", 26);
    layer.selectAll("path.land").attr("stroke-width", 1 / k);
    const kept = [];
    label.attr("display", (p) => { // a name is left out where it would lie on one of a more talked-about place
      const [x, y] = at(p).map((v) => v * k);
      if (kept.some(([a, b, w]) => Math.abs(a - x) < w + p.label.length * 3.3 && Math.abs(b - y) < 16)) return "none";
      kept.push([x, y, p.label.length * 3.3]);
      return null;
    });
  };
  draw(1);
  const zoom = d3.zoom().scaleExtent([0.3, 60]).filter((event) => event.type !== "wheel" || event.ctrlKey || event.shiftKey || event.target.closest("svg"))
    .on("zoom", (event) => { layer.attr("transform", event.transform); draw(event.transform.k); });
  svg.call(zoom);
  buttons(box, (factor) => svg.call(zoom.scaleBy, factor), () => svg.call(zoom.transform, d3.zoomIdentity));
  const wanted = places.find((p) => p.path === location.hash.slice(1));
  if (wanted) svg.call(zoom.transform, d3.zoomIdentity.translate(width / 2, height / 2).scale(4).translate(-at(wanted)[0], -at(wanted)[1]));
})();
