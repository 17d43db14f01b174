"""Plays Lambda's runtime API for a runner process and prints what it takes. Called by bench/runner.sh."""
import http.server, json, os, queue, subprocess, sys, threading, time

program, project, work, target = sys.argv[1:5]


class Exchange:
    """The queues of one process: the last poll of a killed one must not take the event of the next."""

    def __init__(self):
        self.events, self.answers, self.polls = queue.Queue(), queue.Queue(), queue.Queue()


class RuntimeApi(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.server.exchange.polls.put(time.time())
        event = self.server.exchange.events.get()
        if event is None:
            return
        body = json.dumps(event).encode()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "bench")
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + 900) * 1000)))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.server.exchange.answers.put(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()


def peak(process):
    """Peak resident memory of a running process in MiB."""
    with open("/proc/%d/status" % process.pid) as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def run(event, name, times=1, level="DEBUG"):
    """Start to first poll, start to first statement, then of the last of several invocations: seconds, peak memory so far, answer."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), RuntimeApi)
    server.daemon_threads = True
    server.handle_error = lambda *arguments: None  # a killed process drops its connection
    server.exchange = exchange = Exchange()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    log = os.path.join(work, name + ".log")
    environment = dict(
        os.environ, AWS_LAMBDA_RUNTIME_API="127.0.0.1:%d" % server.server_port, AWS_LAMBDA_LOG_LEVEL=level, DBT_PROJECT_DIR=project,
        DBT_PROFILES_DIR=project, DBT_TARGET_PATH=os.path.join(work, "target"), DBT_LOG_PATH=os.path.join(work, "logs"),
        GILD_STATE_URI=os.path.join(work, "state"))
    if target:
        event = dict(event, target=target)
    exchange.events.put(event)
    started = time.time()
    with open(log, "wb") as output:
        process = subprocess.Popen([program], env=environment, stdout=output)
    poll = exchange.polls.get(timeout=60) - started
    asked = started
    for remaining in range(times - 1, -1, -1):
        answer = json.loads(exchange.answers.get(timeout=900))
        took = time.time() - asked
        memory = peak(process)
        if remaining:
            asked = time.time()
            exchange.events.put(event)
    process.kill()
    process.wait()
    first = None
    for line in open(log, "rb"):
        entry = json.loads(line)
        if entry.get("event") == "statement":
            moment = entry["timestamp"]
            first = time.mktime(time.strptime(moment[:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone + float(moment[19:-1]) - started
            break
    exchange.events.put(None)
    server.shutdown()
    return poll, first, took, memory, answer


def by_psql():
    """PostgreSQL's own client asks the same server for one row: what any program needs on this machine at this moment."""
    started = time.time()
    subprocess.run(["psql", "-q", "-d", "postgres", "-c", "select 1"], check=True, stdout=subprocess.DEVNULL)
    return time.time() - started


psql = min(by_psql() for _ in range(20))
least = [min(values) for values in zip(*[run({"command": "run-operation", "macro": "no_such_macro"}, "start%d" % i)[:1] for i in range(20)])]
first = [run({"command": "debug", "fail_on_error": False}, "debug%d" % i)[1] for i in range(5)]
poll, statement, took, memory, answer = run({"command": "build"}, "build")
if answer["status"] != "success":
    sys.exit("the build failed: " + answer["summary"])
again = run({"command": "build"}, "again", times=4, level="INFO")[3]
print("| measured | |\n| --- | ---: |")
print("| `psql -c 'select 1'`, start to end, least of 20: the measure below | %.0f ms |" % (psql * 1000))
for name, seconds in (("poll, least of 20", least[0]), ("SQL statement of `debug`, least of 5", min(x for x in first if x)), ("SQL statement of the build", statement)):
    print("| process start to the first %s | %.0f ms, %.1f x psql |" % (name, seconds * 1000, seconds / psql))
print("| build of %d nodes, process start to answer | %.1f s |" % (answer["counts"]["total"], took))
print("| peak memory of that process | %.0f MiB |" % memory)
print("| the same after four builds by one process | %.0f MiB |" % again)
