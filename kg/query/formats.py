"""Media types that results are written in, with their short names."""

from __future__ import annotations

import pyoxigraph as ox

RESULTS = {"application/sparql-results+json": ("json", ox.QueryResultsFormat.JSON),
           "application/sparql-results+xml": ("xml", ox.QueryResultsFormat.XML),
           "text/csv": ("csv", ox.QueryResultsFormat.CSV), "text/tab-separated-values": ("tsv", ox.QueryResultsFormat.TSV)}
GRAPHS = {"text/turtle": ("ttl", ox.RdfFormat.TURTLE), "application/ld+json": ("jsonld", ox.RdfFormat.JSON_LD),
          "application/n-triples": ("nt", ox.RdfFormat.N_TRIPLES), "application/rdf+xml": ("rdf", ox.RdfFormat.RDF_XML)}
#: What a query's graph and a stored graph may be asked in besides: formats that could carry several graphs.
DATASETS = {"application/trig": ("trig", ox.RdfFormat.TRIG), "application/n-quads": ("nq", ox.RdfFormat.N_QUADS)}
HTML = "text/html"
