"""Every customer, supplier and the people there: who they are and how to reach them."""
