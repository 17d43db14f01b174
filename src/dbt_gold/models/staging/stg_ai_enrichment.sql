{{ ai_enrichment() }}
