import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Solana

/// Which token is paid, from where, by whom, in which kind of transaction.
struct TokenOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The mint of the token.", valueName: "address"))
    var mint: String

    @Option(help: ArgumentHelp("The decimals of the mint.", valueName: "n"))
    var decimals: UInt8

    @Option(
        help: ArgumentHelp(
            "The token program, if the mint is not SPL Token's: its address. Extensions of"
                + " Token-2022 can change what a recipient gets.", valueName: "address"))
    var tokenProgram: String?

    @Option(
        help: ArgumentHelp(
            "Who owns the account that pays; by default the payer.", valueName: "address"))
    var authority: String?

    @Option(
        help: ArgumentHelp(
            "A signer of the multisig that --authority is; may be repeated.",
            valueName: "address"))
    var multisigSigner: [String] = []

    @Option(
        help: ArgumentHelp(
            "The token account that pays; by default the authority's associated one.",
            valueName: "address"))
    var source: String?

    @Flag(help: "Make the recipients' token accounts where they are missing.")
    var createAccounts = false

    func validate() throws {
        guard multisigSigner.isEmpty || authority != nil else {
            throw ValidationError("--multisig-signer needs the multisig as --authority")
        }
    }

    /// The terms, as far as these options tell them.
    func terms(payer: Address, lifetime: PayoutTerms.Lifetime) throws -> PayoutTerms {
        let mint = Mint(
            try SolanaParse.address(mint, "--mint"), decimals: decimals,
            program: try tokenProgram.map { try SolanaParse.address($0, "--token-program") }
                ?? TokenProgram.id)
        let owner = try authority.map { try SolanaParse.address($0, "--authority") } ?? payer
        let signers = try multisigSigner.map { try SolanaParse.address($0, "--multisig-signer") }
        let source = try source.map { try SolanaParse.address($0, "--source") }
        var terms = PayoutTerms(
            mint, from: source ?? mint.account(of: owner),
            by: try TokenAuthority(owner, signers: signers), payer: payer, lifetime: lifetime)
        terms.createsAccounts = createAccounts
        return terms
    }
}
