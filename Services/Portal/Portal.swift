@main struct PortalProcess { static func main() async throws {} }
