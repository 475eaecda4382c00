"""Pages: the app, the views and the templates behind them."""
