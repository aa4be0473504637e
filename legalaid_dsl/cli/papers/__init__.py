"""Forms to fill, papers to sign, leaflets to hand out."""
