;;! summary   = "Authenticated encryption: AES-GCM, XAES-256-GCM, ChaCha20- and XChaCha20-Poly1305"
;;! spec      = "SP 800-38D; C2SP XAES-256-GCM; RFC 8439; draft-irtf-cfrg-xchacha-03"
;;! exports   = [
;;!   "aes_gcm_seal", "aes_gcm_open", "xaes_256_gcm_seal", "xaes_256_gcm_open",
;;!   "chacha20_poly1305_seal", "chacha20_poly1305_open",
;;!   "xchacha20_poly1305_seal", "xchacha20_poly1305_open",
;;!   "ct_equal",
;;! ]
;;! fragments = [
;;!   "lib/address", "lib/fault", "lib/public", "lib/aes_sbox", "common", "aes", "ghash", "aes_gcm",
;;!   "xaes_gcm", "chacha20", "poly1305", "chacha20_poly1305",
;;! ]
;;! constant_time = true
;;! secret    = true

;; A message is encrypted by a stream of bytes that a key and a nonce make, and a tag of sixteen
;; bytes behind it vouches for the message and for the data that goes with it. What is opened is
;; authenticated first, and decrypted only if its tag fits.
;;
;; No branch, `select`, address, length of a bulk instruction or division depends on a key, a text
;; or a tag: choices among secrets are arithmetic. What is secret in the static region is zeroed
;; before a call returns, whatever it returns.

;; Fragments
;;   name               meaning
;;   lib/address        sums of addresses that become immediates
;;   lib/fault          what a kernel says of an input that it refuses
;;   lib/public         what everyone may know of a secret
;;   lib/aes_sbox       the S-box of AES, for the key schedule
;;   common             lengths, short copies, verdicts: what all ciphers need
;;   aes                AES, eight blocks at a time in planes of bits
;;   ghash              the authenticator of GCM, by tables in vectors
;;   aes_gcm            both together
;;   xaes_gcm           the same with long nonces
;;   chacha20           the key stream of ChaCha20, four blocks at a time; HChaCha20
;;   poly1305           the authenticator
;;   chacha20_poly1305  both together, with short nonces and with long ones

;; Memory map
;;   offset  length  name          meaning
;;        0     256  aes_sbox      what the S-box makes of each byte
;;      256      64  chacha_state  ChaCha20: key, nonce and the number of the next block
;;      320     112  poly1305      the sum, and the one-time key
;;      432     256  key_stream    the first blocks of a message, and its end
;;      688      32  subkey        the key of a message, where its nonce is long
;;      720      16  short_nonce   XChaCha20: and its nonce
;;      736      32  block         the last bytes of a message, made whole
;;      768    1920  round_keys    AES: eight planes a round
;;     2688     128  planes        eight planes of what is encrypted
;;     2816      16  counter       the block that comes next
;;     2832      16  tag_mask      what is xor'ed with the sum to make a tag
;;     2848      16  hash_sum      GHASH: the sum so far
;;     2864     128  multiples     a power of H times 1, x, up to x^7
;;     2992    1024  tables        the tables of H, and of its square
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 4016))

(global $AES_SBOX     i32 (i32.const 0))
(global $CHACHA_STATE i32 (i32.const 256))
(global $POLY1305     i32 (i32.const 320))
(global $KEY_STREAM   i32 (i32.const 432))
(global $SUBKEY       i32 (i32.const 688))
(global $SHORT_NONCE  i32 (i32.const 720))
(global $BLOCK        i32 (i32.const 736))
(global $ROUND_KEYS   i32 (i32.const 768))
(global $PLANES       i32 (i32.const 2688))
(global $COUNTER      i32 (i32.const 2816))
(global $TAG_MASK     i32 (i32.const 2832))
(global $HASH_SUM     i32 (i32.const 2848))
(global $MULTIPLES    i32 (i32.const 2864))
(global $TABLES       i32 (i32.const 2992))
