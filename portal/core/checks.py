"""System checks: each missing or contradictory setting in a sentence."""
