/// What `--version` prints: the tools, and the versions that decide bits and bytes.
package let toolVersion = "nous-tools 0.1.0 (run v1, bundle v1, ledger v2, arithmetic 1)"
