@main struct IdentityProcess { static func main() async throws {} }
