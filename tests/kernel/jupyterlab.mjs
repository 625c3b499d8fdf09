// JupyterLab's own client library, through Jupyter's server: what Lab does with a kernel, without its pages.
import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const PATIENCE = 30_000; // milliseconds
const skipped = process.env.CI ? 1 : 77;
const require = createRequire(path.join(process.env.SOCKRATES_SOURCE, 'tests/browser/package.json'));
let services;
try {
  services = require('@jupyterlab/services');
  execFileSync('/usr/bin/python3', ['-c', 'import jupyter_server'], { stdio: 'ignore' });
  fs.accessSync(path.join(process.env.SOCKRATES_BUILD, 'libexec/sockrates/sockrates-kernel'));
} catch (error) {
  console.log(`JupyterLab's client was not tried: ${error.message.split('\n')[0]}`);
  process.exit(skipped);
}

/** One that is free now; if it is taken meanwhile, the server takes another and says which. */
async function freePort() {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.on('listening', resolve));
  const free = probe.address().port;
  await new Promise((resolve) => probe.close(resolve));
  return free;
}

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'lab'));
const environment = { PATH: process.env.PATH, HOME: home, LC_ALL: 'C.UTF-8', JUPYTER_RUNTIME_DIR: path.join(home, 'run') };
execFileSync(process.env.SOCKRATES, ['kernel', 'install', '--user'], { env: environment });
const server = spawn('/usr/bin/python3', ['-m', 'jupyter_server', '--ServerApp.ip=127.0.0.1', `--ServerApp.port=${await freePort()}`,
  '--ServerApp.token=known', '--ServerApp.allow_root=True', '--ServerApp.open_browser=False', '--no-browser'],
{ env: environment, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] });
let said = '';
server.stderr.on('data', (bytes) => { said += bytes; });

/** Waits until `found` gives something. */
async function until(found, what) {
  for (const limit = Date.now() + PATIENCE; ;) {
    const value = await found();
    if (value) return value;
    assert.ok(Date.now() < limit && server.exitCode === null, `${what}: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Where the server listens, as it says in its log. */
const port = await until(() => said.match(/http:\/\/127\.0\.0\.1:(\d+)\//)?.[1], 'the server');
const settings = services.ServerConnection.makeSettings({
  baseUrl: `http://127.0.0.1:${port}/`, wsUrl: `ws://127.0.0.1:${port}/`, token: 'known', appendToken: true,
});
const manager = new services.KernelManager({ serverSettings: settings });

/** What comes of a promise; when it does not come, the error says what was waited for. */
function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not come: ${what}`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Begins a cell: `printed` comes with the first it prints, `done` with its reply and its messages by type. */
function begin(kernel, code) {
  const future = kernel.requestExecute({ code });
  const came = [];
  const of = (type) => came.filter((m) => m.header.msg_type === type).map((m) => m.content);
  const printed = new Promise((resolve) => {
    future.onIOPub = (message) => {
      came.push(message);
      if (message.header.msg_type === 'stream') resolve();
    };
  });
  return {
    printed: () => within(printed, `output of ${code}`),
    done: async () => ({ reply: (await within(future.done, `the reply to ${code}`)).content, of }),
  };
}

const run = (kernel, code) => begin(kernel, code).done();

let status = 0;
try {
  const kernel = await within(manager.startNew({ name: 'sockrates' }), 'a kernel');
  const info = await within(kernel.info, 'what the kernel is');
  assert.equal(info.implementation, 'sockrates');
  assert.equal(info.language_info.codemirror_mode, 'lua');
  assert.equal(kernel.supportsSubshells ?? false, false);

  const sum = await run(kernel, '6 * 7');
  assert.equal(sum.of('execute_result')[0].data['text/plain'], '42');
  const talk = await run(kernel, "server = lab.echo()\ns = socket.create_connection(server.address)\ns:send('hi')\ns:recv(5)");
  assert.match(talk.of('display_data')[0].data['image/svg+xml'], /^<svg/);
  const failed = await run(kernel, "socket.create_connection{'127.0.0.1', 1}");
  assert.equal(failed.reply.status, 'error');
  assert.match(failed.of('error')[0].traceback.join('\n'), /nothing listens/);

  const completed = await within(kernel.requestComplete({ code: 's:conn', cursor_pos: 6 }), 'completions');
  assert.deepEqual(completed.content.matches, ['connect', 'connect_ex']);
  const inspected = await within(kernel.requestInspect({ code: 'socket.socket', cursor_pos: 4, detail_level: 0 }), 'help');
  assert.ok(inspected.content.found);
  const whole = await within(kernel.requestIsComplete({ code: 'for i = 1, 2 do' }), 'whether it is complete');
  assert.equal(whole.content.status, 'incomplete');
  const past = await within(kernel.requestHistory({ hist_access_type: 'tail', n: 1, output: false, raw: true }), 'history');
  assert.equal(past.content.history.length, 1);
  assert.deepEqual((await within(kernel.requestCommInfo({}), 'comms')).content.comms, {});

  // Interrupt, from the loop that Lab's button ends; then restart, from which nothing is left. An interrupt goes its own
  // way, past what is sent before it: so the loop is seen to run first.
  const loop = begin(kernel, "print('begun') while true do end");
  await loop.printed();
  await within(kernel.interrupt(), 'an answer to the interrupt');
  assert.equal((await loop.done()).reply.ename, 'KeyboardInterrupt');
  await run(kernel, 'kept = 1');
  await within(kernel.restart(), 'the kernel that was restarted');
  assert.equal((await run(kernel, 'type(kept)')).of('execute_result')[0].data['text/plain'], '"nil"');

  // Much output passes the server's limits.
  const much = await run(kernel, "for i = 1, 30000 do print(i) end");
  assert.equal(much.of('stream').map((content) => content.text).join('').split('\n').length, 30001);
  await within(kernel.shutdown(), 'an answer to the shutdown');
  assert.equal(kernel.isDisposed, true);
} catch (error) {
  console.log(error, said);
  status = 1;
} finally {
  process.on('unhandledRejection', () => {}); // the library's polls say that they end
  manager.dispose();
  const gone = new Promise((resolve) => server.on('exit', resolve));
  if (server.kill('SIGKILL')) await gone; // a kernel that it had would notice
  fs.rmSync(home, { recursive: true });
}
process.exit(status);
