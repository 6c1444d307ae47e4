import { expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { shell } from '../helpers/shell.ts'

/**
 * Saves a run as a.json and, as b.json, one whose slowest 15 % of replies took 500 ms longer, with this pacing of its sender. Sets the
 * confidence interval of p90 and the pacing of the first run, because on a busy machine the one may be open and the other poor.
 */
function script(pacing: string): string {
  return `U send --self --count 300 --interval 1ms --timeout 20s --json > a.json
python3 - <<'END'
import json
b = json.load(open('a.json'))
p90 = b['rtt']['p90Ms']
b['confidence']['intervals']['rtt.p90'] = {'lowMs': 0.9 * p90, 'highMs': 1.1 * p90}
def pace(**pacing):
    for name in ('lateP50Ms', 'lateP99Ms', 'lateMaxMs', 'lateMeanMs'): b['pacing'].pop(name, None)
    b['pacing'].update(pacing)
pace(lateP50Ms=0.1, lateP99Ms=0.2, lateMaxMs=0.3, missed=0, senderLimited=False, targetIntervalMs=1)
json.dump(b, open('a.json', 'w'))
for figure in ('p90Ms', 'p95Ms', 'p99Ms', 'p999Ms', 'maxMs'): b['rtt'][figure] += 500
for bound in b['confidence']['intervals']['rtt.p90']: b['confidence']['intervals']['rtt.p90'][bound] += 500
pace(${pacing})
json.dump(b, open('b.json', 'w'))
END
U diff a.json b.json --json > diff.json; status=$?
python3 -c 'import json; print(*(m["outcome"] + " " + m.get("reason", "") for m in json.load(open("diff.json"))["metrics"] if m["metric"] == "rtt.p90"))'
exit $status`
}

cases([
  {
    fault: 'B6',
    what: 'a sender that was late for 1.2 % of its probes, and 15 % of the replies took 500 ms longer',
    before: 'cannot tell, exit status 0',
    right: 'p90 is worse, exit status 1',
    shows: async () => {
      const late = 'lateP50Ms=0.1, lateP99Ms=600, lateMaxMs=700, missed=4, senderLimited=True, targetIntervalMs=1'
      const { code, stdout } = await shell(script(late))
      expect(stdout.trim()).toBe('worse')
      expect(code).toBe(1)
    },
  },
  {
    fault: 'B6',
    what: 'the same with a sender that was late for 30 % of its probes',
    before: '–',
    right: 'cannotTell: the host of the sender may be the cause',
    shows: async () => {
      const late = 'lateP50Ms=0.1, lateP99Ms=600, lateMaxMs=700, missed=90, senderLimited=True, targetIntervalMs=1'
      const { stdout } = await shell(script(late))
      expect(stdout.trim()).toBe('cannotTell ownHost')
    },
  },
])
