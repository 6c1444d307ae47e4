import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeFrameHeader, type FrameHeader } from '../../wire/framing.ts'
import { readFrame } from '../frames.ts'
import type { Lesson } from '../lesson.ts'
import type { TcpServer } from '../tcp-server.ts'
import type { Stage } from '../stage.ts'

/** A megabyte without repeated parts. */
const FILE = Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, i) => (i * 7 + (i >> 8) * 31) & 255))
const PIECE = 65_536

export const upload: Lesson = {
  id: 'upload',
  title: { en: 'A file, whole or not at all', zh: '文件上传：要么完整，要么没有' },
  claim: {
    en: 'A file sent after a header with its name, size and digest arrives whole, with progress. A bad name or a wrong digest is refused, and no partial file remains.',
    zh: '先发送带有文件名、大小和摘要的报头，再发送文件，就能完整到达，并可显示进度；坏文件名或错误摘要会被拒绝，不留下任何半成品。',
  },
  done: {
    en: `The server is udptool tcp serve --inbox. A file of ${FILE.length} bytes is sent in pieces; then again as "../../etc/evil", as "..", with a wrong digest, and interrupted in the middle. Then the folder is listed.`,
    zh: `使用 udptool tcp serve --inbox 本身。分块发送一个 ${FILE.length} 字节的文件；再分别以“../../etc/evil”为名、以“..”为名、带错误摘要各发一次，最后发到一半中断。然后查看文件夹。`,
  },
  expected: {
    en: 'the file, byte for byte; "evil" in the folder and nowhere else; no file from the other three',
    zh: '文件逐字节一致；“evil”只出现在收件文件夹内；其余三次什么也没有留下',
  },
  picture: {
    en: `length │ {"cmd":"put","file_name":…,  │ bytes
       │  "file_size":…,"sha256":…}  │
  ─▶ a file of another name ─▶ size and digest right?
                               yes: renamed, no: removed`,
    zh: `长度   │ {"cmd":"put","file_name":…,  │ 内容
       │  "file_size":…,"sha256":…}  │
  ─▶ 先写入临时文件名 ─▶ 大小与摘要是否正确？
                         是：改名，否：删除`,
  },
  why: {
    en: 'The size shows when the file is complete, and the digest that its content is right. TCP alone shows neither. Only the last component of a name from the network is used, so it cannot lead out of the folder. The file gets its name last, so no reader sees a part of it.',
    zh: '大小说明文件何时收齐，摘要说明内容正确；单靠 TCP 两者都不知道。来自网络的文件名只是名字：只取最后一段，因此走不出收件文件夹。文件最后才得到正式名字，所以谁也看不到半个文件。',
  },
  play: async stage => {
    const inbox = mkdtempSync(join(tmpdir(), 'udptool-lab-'))
    stage.keep(inbox, () => rmSync(inbox, { recursive: true, force: true }))
    const server = await stage.tcpServe({ inbox })
    const at = { ...server.address, family: 'udp4' } as const
    const sha256 = createHash('sha256').update(FILE).digest('hex')
    const wrong = createHash('sha256').update('another file').digest('hex')

    const { answer, progress } = await put(stage, at, { file_name: 'report.bin', sha256 })
    const stored = readFileSync(join(inbox, 'report.bin'))
    stage.saw(stored.equals(FILE) && answer?.['status'] === 'ok' && answer['sha256'] === sha256, {
      en: `"report.bin": ${stored.length} bytes stored, ${stored.equals(FILE) ? 'the same' : 'others'}; progress was reported ${progress.length} times, last ${progress.at(-1) ?? 0} %`,
      zh: `“report.bin”：存下 ${stored.length} 字节，内容${stored.equals(FILE) ? '一致' : '不一致'}；进度报告 ${progress.length} 次，最后为 ${progress.at(-1) ?? 0} %`,
    })
    const escaping = await put(stage, at, { file_name: '../../etc/evil', sha256 })
    const name = String(escaping.answer?.['file_name'])
    stage.saw(name === 'evil' && readdirSync(inbox).includes('evil'), {
      en: `"../../etc/evil" was stored as "${name}", in the folder`,
      zh: `“../../etc/evil”被存为文件夹内的“${name}”`,
    })
    for (const header of [
      { file_name: '..', sha256 },
      { file_name: 'changed.bin', sha256: wrong },
    ]) {
      const refused = (await put(stage, at, header)).answer
      stage.saw(refused?.['status'] === 'error', {
        en: `"${header.file_name}": ${String(refused?.['status'])}, ${String(refused?.['reason'])}`,
        zh: `“${header.file_name}”：${String(refused?.['status'])}，${String(refused?.['reason'])}`,
      })
    }
    await put(stage, at, { file_name: 'half.bin', sha256 }, FILE.length / 2)
    const due = 'evil, report.bin'
    const left = (): string => readdirSync(inbox).toSorted().join(', ')
    await stage.until(() => left() === due)
    stage.saw(left() === due, {
      en: `interrupted in the middle; then the folder had: ${left()}`,
      zh: `发到一半中断；此时文件夹里有：${left()}`,
    })
  },
}

/**
 * Sends the file after this header, or only the first `bytes` of it and then disconnects. Returns the answer, and the progress in percent.
 */
async function put(
  stage: Stage,
  at: TcpServer['at'],
  header: FrameHeader,
  bytes = FILE.length,
): Promise<{ readonly answer?: FrameHeader; readonly progress: readonly number[] }> {
  const client = await stage.connect(at, [1024])
  await client.write(encodeFrameHeader({ cmd: 'put', file_size: FILE.length, ...header }))
  const progress: number[] = []
  try {
    for (let sent = 0; sent < bytes; sent += PIECE) {
      await client.write(FILE.subarray(sent, Math.min(bytes, sent + PIECE)))
      progress.push(Math.min(100, Math.round(((sent + PIECE) / FILE.length) * 100)))
    }
  } catch {
    // A server that refuses need not read the rest. Its answer has the reason.
  }
  const answer = bytes === FILE.length ? (await readFrame(client)).header : undefined
  client.close()
  return { ...(answer === undefined ? {} : { answer }), progress }
}
