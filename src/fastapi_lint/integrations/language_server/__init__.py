"""The language server: findings in unsaved buffers, fixes, rule pages and routes, in any editor that speaks LSP."""
