"""Prefixes of the graph, spelled once; the terms of ``ck:`` are defined in ``ontology/``."""

from rdflib import Namespace
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SH, SKOS, XSD

CK = Namespace("https://w3id.org/conflict-kg/ontology#")
CKS = Namespace("https://w3id.org/conflict-kg/shapes#")
OA = Namespace("http://www.w3.org/ns/oa#")
SCHEMA = Namespace("https://schema.org/")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
SEM = Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")
VOID = Namespace("http://rdfs.org/ns/void#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")

PREFIXES: dict[str, str] = {
    "ck": str(CK), "cks": str(CKS), "oa": str(OA), "schema": str(SCHEMA), "geo": str(GEO), "sem": str(SEM),
    "void": str(VOID), "dcat": str(DCAT), "foaf": str(FOAF), "dcterms": str(DCTERMS), "owl": str(OWL),
    "prov": str(PROV), "rdf": str(RDF), "rdfs": str(RDFS), "sh": str(SH), "skos": str(SKOS), "xsd": str(XSD),
}
