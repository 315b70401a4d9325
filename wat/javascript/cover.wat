;; cover
