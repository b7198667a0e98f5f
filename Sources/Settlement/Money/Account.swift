import Encodings
package import Identity

/// Where money lies that nobody has staked.
package enum Account: Hashable, Sendable, CustomStringConvertible {
    /// What is not paid out yet; the operator disposes of it.
    case treasury
    /// The balance of a key; its owner disposes of it.
    case key(PublicKey)

    /// Reads `treasury` or a base58 key, or returns `nil`.
    package init?(_ text: String) {
        if text == "treasury" {
            self = .treasury
        } else if let key = PublicKey(base58: text) {
            self = .key(key)
        } else {
            return nil
        }
    }

    /// `treasury` or the base58 key.
    package var description: String {
        switch self {
        case .treasury: "treasury"
        case .key(let key): key.base58
        }
    }
}

extension JSONFields {
    /// The account in field `name`.
    mutating func account(_ name: String) throws(MalformedInput) -> Account {
        try value(name, expected: "\"treasury\" or a base58 public key") { value in
            value.string.flatMap(Account.init)
        }
    }
}
