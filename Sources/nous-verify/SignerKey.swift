import Attestation
import CommandLineTool
import Encodings
import Identity
import Storage

/// The keys of those who sign models.
enum SignerKey {
    /// The private key in a file.
    static func read(signing operand: String) throws -> EnvelopeSigningKey {
        let bytes = try Operand.read(operand, limit: SigningKey.maximumFileSize)
        do throws(MalformedInput) {
            return try EnvelopeSigningKey(parsing: bytes)
        } catch {
            throw error.within(Operand.name(operand))
        }
    }

    /// A public key in base58, or that in a PEM file.
    static func read(public text: String) throws -> EnvelopeVerificationKey {
        if let key = PublicKey(base58: text) { return .identity(key) }
        let bytes = try Operand.read(text, limit: EllipticCurvePublicKey.maximumFileSize)
        do throws(MalformedInput) {
            return try EnvelopeVerificationKey(pem: bytes)
        } catch {
            throw error.within(Operand.name(text))
        }
    }
}
