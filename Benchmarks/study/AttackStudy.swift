/// What attackers cost under each merge rule.
struct AttackStudy: Study {
    var jobs: [StudyJob] { [] }

    func report(_ results: StudyResults) throws {}
}
