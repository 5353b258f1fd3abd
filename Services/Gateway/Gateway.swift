@main struct GatewayProcess { static func main() async throws {} }
