;;! summary   = "xxHash of 64 bits, in both its forms: XXH64 and XXH3"
;;! spec      = "xxHash fast digest algorithm 0.2.0"
;;! exports   = [
;;!   "xxh64", "xxh64_init", "xxh64_update", "xxh64_finish",
;;!   "xxh3_64", "xxh3_64_init", "xxh3_64_update", "xxh3_64_finish",
;;! ]
;;! fragments = ["lib/address", "lib/xxh3_secret", "common", "xxh64", "xxh3"]

;; XXH64 is four chains of multiplications, which are bound by how many of these a processor begins
;; in a cycle. XXH3 multiplies halves of 32 bits, which vectors can, and so takes 64 bytes in the
;; time that XXH64 needs for 20; up to 240 bytes it folds products of 128 bits instead.

;; Fragments
;;   name             meaning
;;   lib/address      sums of addresses that become immediates
;;   lib/xxh3_secret  what XXH3 mixes the input with
;;   common           primes, the end of a hash, copies
;;   xxh64            XXH64, whole and in pieces
;;   xxh3             XXH3, 64 bits: whole and in pieces

;; Memory map
;;   offset  length  name          meaning
;;        0     192  secret        what XXH3 mixes the input with where the seed is 0
;;      192     192  derived       the same for another seed
;;      384      64  accumulators  XXH3, of a whole input: eight u64
;;      448     128  around_end    XXH3: the last bytes of a buffer that goes round, and the first
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 576))

(global $SECRET       i32 (i32.const 0))
(global $DERIVED      i32 (i32.const 192))
(global $ACCUMULATORS i32 (i32.const 384))
(global $AROUND_END   i32 (i32.const 448))
