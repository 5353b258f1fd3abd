@main struct FSEProcess { static func main() async throws {} }
