@main struct SchedulingProcess { static func main() async throws {} }
