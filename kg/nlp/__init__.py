"""Text to parsed document; the pipeline is loaded by ``kg.nlp.parsing``, quotations are found by ``kg.nlp.quotes``."""
