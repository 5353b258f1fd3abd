@main struct DossiersProcess { static func main() async throws {} }
