import Storage
import Testing

struct BackgroundDigesterTests {
    /// FIPS 180-4's example of one million letters a.
    @Test(arguments: [1, 1_000, 65_535, 65_536, 300_000, 1_000_000])
    func partsOfAnySizeGiveThePublishedDigest(size: Int) {
        let digester = BackgroundDigester()
        var left = 1_000_000
        while left > 0 {
            digester.update([UInt8](repeating: UInt8(ascii: "a"), count: min(size, left)))
            left -= min(size, left)
        }
        #expect(
            digester.finalize().hex
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func aDigesterMayBeLeftBeforeItsBytesAreHashed() {
        for _ in 0..<100 {
            let digester = BackgroundDigester()
            for _ in 0..<8 { digester.update([UInt8](repeating: 7, count: 1 << 18)) }
        }
    }

    @Test func theDigestOfNothingIsThatOfTheEmptyString() {
        #expect(BackgroundDigester().finalize() == Digest(hashing: []))
    }
}
