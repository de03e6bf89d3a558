"""Reviews of an earlier result, carried over to a new one by place."""
