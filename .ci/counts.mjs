// Prints `N passed, N failed[, N skipped]` from vitest's JSON report. Exits 1 unless all went well.
import { existsSync, readFileSync } from 'node:fs'

const file = process.argv[2]
if (file === undefined || !existsSync(file)) {
  console.error('no test ran: what failed came before them')
  process.exit(1)
}
const report = JSON.parse(readFileSync(file, 'utf8'))
// A test file that cannot be loaded has no failed test, so it counts as one.
const broken = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some(test => test.status === 'failed'),
)
const failed = report.numFailedTests + broken.length
const skipped = report.numPendingTests + report.numTodoTests
console.log(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = report.success && failed === 0 && report.numPassedTests > 0 ? 0 : 1
