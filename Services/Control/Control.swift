@main struct ControlProcess { static func main() async throws {} }
