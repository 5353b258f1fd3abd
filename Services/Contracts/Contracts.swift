@main struct ContractsProcess { static func main() async throws {} }
