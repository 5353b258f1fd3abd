@main struct InsightProcess { static func main() async throws {} }
