;; module_item
