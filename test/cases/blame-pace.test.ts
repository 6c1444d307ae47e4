import { expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { SEAL } from '../helpers/sealed-journal.ts'
import { shell } from '../helpers/shell.ts'

/**
 * The warnings of a made-up run of 300 probes, of which 30 were sent 50 ms late. `late` is the number of lost probes among these,
 * `punctual` the number among the others.
 */
async function warningsOf(late: number, punctual: number): Promise<readonly string[]> {
  const { stdout, stderr } =
    await shell(`${SEAL}U send --self --count 300 --interval 1ms --journal base -q > line || exit 9
python3 - <<'END'
import array, base64, json, math
ROWS, MS = 300, 1e6
late = [n for n in range(ROWS) if n % 10 == 5]
lost = set(late[:${late}] + [n for n in range(ROWS) if n % 10 != 5][:7 * ${punctual}:7])
scheduled = [n * 5 * MS for n in range(ROWS)]
sent = [at + (50 * MS if n in late else 0) for n, at in enumerate(scheduled)]
arrived = [math.inf if n in lost else at + MS for n, at in enumerate(sent)]
order = [0] * ROWS
for rank, n in enumerate(sorted(set(range(ROWS)) - lost, key=lambda n: arrived[n])):
    order[n] = rank + 1
columns = dict(scheduled=('d', scheduled), sent=('d', sent), arrived=('d', arrived), order=('I', order),
    serverArrival=('d', [math.nan] * ROWS), dwell=('I', [0xffffffff] * ROWS))
lines = [json.loads(line) for line in open('base')]
for line in lines:
    column = line.get('column')
    if column in columns:
        kind, values = columns[column]
        line['data'] = base64.b64encode(array.array(kind, values).tobytes()).decode()
    elif column in ('outcome', 'traits'):
        # 1: unanswered.
        data = bytearray(base64.b64decode(line['data']))
        for n in lost:
            data[n] = 1 if column == 'outcome' else 0
        line['data'] = base64.b64encode(data).decode()
    elif 'format' in line:
        line['plan']['interval'] = 5 * MS
        line['headers'] = dict(up=dict(tos={}), down=dict(tos={}))
        line.update(startedAt=0, closedAt=ROWS * 5 * MS + 3000 * MS)
        for client in line['clients']:
            client.update(replies=ROWS - len(lost), answeredArrivals=ROWS - len(lost), firstSent=0, lastSent=max(sent))
with open('made', 'w') as out:
    out.writelines(json.dumps(line) + '\\n' for line in lines)
END
seal made
U report made --json > result.json; test $? -le 1 || exit 8
python3 -c 'import json; [print(one["code"]) for one in json.load(open("result.json"))["warnings"]]'`)
  expect(stderr).toBe('')
  return stdout.trim().split('\n')
}

cases([
  {
    fault: 'C12',
    what: '30 of 300 probes were sent late, and ten of the others were lost',
    before: 'senderTooSlow is first',
    right: 'no senderTooSlow: late sending explains none of the losses',
    shows: async () => {
      expect(await warningsOf(0, 10)).not.toContain('senderTooSlow')
    },
  },
  {
    fault: 'C12',
    what: '30 of 300 probes were sent late, and ten of these were lost',
    before: 'senderTooSlow is first',
    right: 'senderTooSlow, after all other warnings',
    shows: async () => {
      expect((await warningsOf(10, 0)).at(-1)).toBe('senderTooSlow')
    },
  },
])
