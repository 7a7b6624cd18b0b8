import Testing

@testable import Gatehouse

@Suite struct RecentlyUsedTests {
    @Test func `the older half is forgotten when the other is full`() {
        var kept = RecentlyUsed<Int, String>(half: 3)
        for number in 1...6 { kept[number] = "\(number)" }
        #expect((1...6).allSatisfy { kept[$0] == "\($0)" })
        kept[7] = "7"
        #expect((1...3).allSatisfy { kept[$0] == nil })
        #expect((4...7).allSatisfy { kept[$0] == "\($0)" })
    }

    @Test func `what is written again is the new value`() {
        var kept = RecentlyUsed<Int, String>(half: 1)
        kept[1] = "old"
        kept[2] = "two"
        kept[1] = "new"
        #expect(kept[1] == "new")
        #expect(kept[2] == "two")
    }
}
