import Rounds

extension UpdateCombination {
    /// The combination in which the tolerant updates of `source` have at most their cap together.
    ///
    /// What is cut off goes to the others in proportion; without others the merge is that much
    /// shorter.
    func capped(_ source: UpdateSource) -> UpdateCombination {
        guard let cap = source.tolerantCap else { return self }
        let isTolerant = source.entries.map { $0.tolerant != nil }
        let parts = zip(shares, isTolerant)
        let part = parts.reduce(0.0) { $0 + ($1.1 ? $1.0 : 0) }
        let rest = parts.reduce(0.0) { $0 + ($1.1 ? 0 : $1.0) }
        guard part > cap else { return self }
        return UpdateCombination(
            shares: parts.map { share, isTolerant in
                isTolerant ? share * (cap / part) : share * ((1 - cap) / rest)
            }, factors: factors, scale: scale,
            length: length.map { rest > 0 ? $0 : $0 * cap })
    }
}
