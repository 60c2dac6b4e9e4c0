"""The dashboard's figures and the answers behind them, for programs."""
