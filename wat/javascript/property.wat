;; property
