"""What all pages share: template tags, lists by keyset, forms, formats, e-mail layout, base classes of the admin."""
