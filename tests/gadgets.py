"""Callables that execute, reach out or load more, as proofs of concept, advisories and documentation show.

Sources: the deny lists and advisories (GHSA) of picklescan, fickling and modelscan, CPython's documentation and sources, and those
of the named libraries.
"""

from __future__ import annotations

EXECUTES = """
os.system posix.system nt.system os.popen os.execv os.execve os.execvp os.execl os.spawnv os.spawnl os.spawnvp
os.posix_spawn os.startfile os.fork os.kill os.putenv os.remove os.unlink os.rmdir os.removedirs os.rename os.chmod
os.symlink os.link os.makedirs os.truncate subprocess.Popen subprocess.run subprocess.call subprocess.check_call
subprocess.check_output subprocess.getoutput subprocess.getstatusoutput _posixsubprocess.fork_exec commands.getoutput
commands.getstatusoutput popen2.popen3 platform.popen pty.spawn pdb.run pdb.runeval pdb.runcall pdb.Pdb.run
bdb.Bdb.run bdb.Bdb.runeval cProfile.run cProfile.runctx cProfile.Profile.run profile.run profile.runctx
profile.Profile.run trace.Trace.run trace.Trace.runctx timeit.timeit timeit.repeat timeit.Timer timeit.main
doctest.debug_script doctest.testsource code.interact code.InteractiveInterpreter.runcode code.InteractiveConsole.push
code.InteractiveInterpreter.runsource codeop.compile_command codeop.CommandCompiler runpy.run_path runpy.run_module
runpy._run_module_as_main imp.load_source imp.load_module imp.load_dynamic imp.load_compiled importlib.import_module
importlib.__import__ importlib.reload pkgutil.resolve_name importlib.machinery.SourceFileLoader
importlib.machinery.ExtensionFileLoader _imp.create_dynamic zipimport.zipimporter builtins.eval builtins.exec
builtins.compile builtins.__import__ builtins.execfile __builtin__.eval __builtin__.execfile __builtin__.apply
builtins.open builtins.input builtins.breakpoint io.open _io.open _io.FileIO io.FileIO codecs.open io.open_code
_io.open_code types.FunctionType types.CodeType types.LambdaType new.function marshal.loads marshal.load pickle.loads
pickle.load pickle.Unpickler _pickle.loads _pickle.Unpickler cPickle.loads shelve.open dbm.open dill.loads dill.load
cloudpickle.loads cloudpickle.load joblib.load jsonpickle.decode yaml.load yaml.unsafe_load yaml.full_load ctypes.CDLL
ctypes.PyDLL ctypes.cdll.LoadLibrary ctypes.WinDLL ctypes.CFUNCTYPE ctypes.memmove ctypes.string_at
ctypes.util.find_library _ctypes.dlopen _ctypes.call_function cffi.FFI.dlopen numpy.ctypeslib.load_library
multiprocessing.Process multiprocessing.Pool multiprocessing.util.spawnv_passfds multiprocessing.popen_fork.Popen
concurrent.futures.ProcessPoolExecutor threading.Thread threading.Timer _thread.start_new_thread
asyncio.create_subprocess_shell asyncio.create_subprocess_exec asyncio.subprocess.create_subprocess_shell
asyncio.unix_events._UnixSubprocessTransport._start asyncio.run asyncio.open_connection distutils.spawn.spawn
distutils.core.run_setup distutils.file_util.write_file distutils.dir_util.remove_tree
distutils.archive_util.make_archive setuptools.sandbox.run_setup setuptools._distutils.spawn.spawn pip.main
pip._internal.main pip._internal.cli.main.main ensurepip.bootstrap ensurepip._run_pip venv.create
venv.EnvBuilder.create webbrowser.open webbrowser.get antigravity.geohash urllib.request.urlopen
urllib.request.urlretrieve urllib.urlopen urllib2.urlopen urllib.request.Request urllib.request.build_opener
http.client.HTTPConnection http.client.HTTPSConnection httplib.HTTPConnection http.server.HTTPServer
socketserver.TCPServer xmlrpc.client.ServerProxy ftplib.FTP smtplib.SMTP poplib.POP3 imaplib.IMAP4 telnetlib.Telnet
nntplib.NNTP socket.socket socket.create_connection socket.create_server _socket.socket ssl.wrap_socket
ssl.get_server_certificate requests.get requests.post requests.Session requests.api.get httpx.get httpx.Client
aiohttp.ClientSession urllib3.PoolManager aiohttp.client.ClientSession shutil.rmtree shutil.copy shutil.copyfile
shutil.move shutil.make_archive shutil.unpack_archive shutil.copytree shutil.chown pathlib.Path.write_text
pathlib.Path.unlink pathlib.Path.read_text pathlib.Path.open pathlib.Path.write_bytes tempfile.NamedTemporaryFile
tempfile.mkstemp tarfile.open zipfile.ZipFile tarfile.TarFile.extractall zipfile.ZipFile.extractall gzip.open bz2.open
lzma.open fileinput.input linecache.getlines linecache.updatecache logging.FileHandler logging.config.fileConfig
logging.config.dictConfig logging.config.listen logging.handlers.RotatingFileHandler logging.handlers.SocketHandler
sqlite3.connect _sqlite3.connect sqlite3.Connection mmap.mmap glob.glob os.listdir os.scandir os.walk os.open os.read
os.getenv os.environ.get os.fdopen idlelib.autocomplete.AutoComplete.get_entity
idlelib.autocomplete.AutoComplete.fetch_completions idlelib.calltip.Calltip.fetch_tip idlelib.calltip.get_entity
idlelib.pyshell.ModifiedInterpreter.runcode idlelib.pyshell.ModifiedInterpreter.runcommand
idlelib.run.Executive.runcode idlelib.debugobj.ObjectTreeItem.SetText lib2to3.pgen2.grammar.Grammar.loads
lib2to3.pgen2.pgen.ParserGenerator.make_label uuid._get_command_stdout _pyrepl.pager.pipe_pager pydoc.pipepager
pydoc.tempfilepager pydoc.locate pydoc.safeimport _osx_support._read_output _osx_support._find_build_tool
_aix_support._read_cmd_output aifc.open wave.open chunk.Chunk site.addsitedir site.execsitecustomize
site.execusercustomize site.addpackage test.support.script_helper.assert_python_ok unittest.mock._importer
unittest.mock._patch unittest.main rlcompleter.Completer.attr_matches sys.settrace sys.setprofile sys._getframe
sys.modules.get gc.get_objects gc.get_referrers inspect.getattr_static atexit.register signal.signal
faulthandler.enable weakref.finalize contextlib.ExitStack.callback sched.scheduler.enter cgitb.enable cgi.FieldStorage
turtle.Screen tkinter.Tk curses.wrapper readline.read_history_file getpass.getpass ast.literal_eval.__globals__
string.Formatter.vformat operator.attrgetter operator.methodcaller functools.reduce builtins.getattr builtins.setattr
builtins.delattr builtins.vars builtins.globals builtins.locals builtins.dir builtins.type builtins.map
builtins.filter builtins.memoryview.__class__ numpy.load numpy.save numpy.fromfile numpy.genfromtxt numpy.loadtxt
numpy.savetxt numpy.memmap numpy.DataSource numpy.f2py.crackfortran.getlincoef numpy.f2py.crackfortran._eval_length
numpy.f2py.crackfortran.param_eval numpy.testing._private.utils.runstring numpy.testing.utils.runstring
numpy.lib.npyio.load numpy.lib.utils.safe_eval numpy.distutils.exec_command.exec_command
numpy.ma.core.getdata.__globals__ numpy.core._multiarray_umath.add_docstring torch.load torch.serialization.load
torch.hub.load torch.hub.load_state_dict_from_url torch.hub.download_url_to_file torch.jit.load torch.ops.load_library
torch.classes.load_library torch.utils.cpp_extension.load torch.utils.cpp_extension.load_inline
torch.utils._config_module.ConfigModule.load_config torch.utils.bottleneck.__main__.run_cprofile
torch.utils.bottleneck.__main__.run_autograd_prof torch.utils.collect_env.run torch.utils.collect_env.run_and_read_all
torch._dynamo.guards.GuardBuilder.get torch.fx.experimental.symbolic_shapes.ShapeEnv.evaluate_guards_expression
torch.utils.data.datapipes.utils.decoder.basichandlers torch.distributed.rpc.init_rpc torch.multiprocessing.spawn
torch.package.PackageImporter torch.jit.unsupported_tensor_ops.execWrapper torch._inductor.codecache.compile_file
torch.utils.model_dump.get_storage_info.__globals__ torch.save
torch.distributed.elastic.multiprocessing.start_processes torch.testing._internal.common_utils.shell
torch._export.load torch.export.load torch.utils.checkpoint.checkpoint pandas.read_pickle pandas.read_csv pandas.eval
pandas.io.common.get_handle pandas.io.pickle.read_pickle pandas.read_html pandas.HDFStore
pandas.core.computation.eval.eval pandas.DataFrame.query pandas.DataFrame.to_csv
sklearn.utils._testing.check_skip_network.__globals__ sklearn.datasets.fetch_openml sklearn.externals.joblib.load
joblib.numpy_pickle.load joblib.externals.loky.backend.popen_loky_posix.Popen keras.models.load_model
keras.utils.get_file keras.saving.load_model keras.src.utils.file_utils.get_file keras.layers.deserialize
keras.saving.deserialize_keras_object tensorflow.io.read_file tensorflow.io.write_file tensorflow.py_function
tensorflow.saved_model.load tensorflow.load_op_library tensorflow.keras.models.load_model
tensorflow.keras.utils.get_file tensorflow.python.ops.gen_io_ops.read_file tensorflow.raw_ops.WriteFile
transformers.AutoModel.from_pretrained transformers.pipeline transformers.AutoConfig.from_pretrained
transformers.dynamic_module_utils.get_class_from_dynamic_module
transformers.utils.import_utils._LazyModule._get_module huggingface_hub.hf_hub_download
huggingface_hub.snapshot_download datasets.load_dataset diffusers.DiffusionPipeline.from_pretrained
xgboost.Booster.load_model lightgbm.Booster mlflow.pyfunc.load_model onnxruntime.InferenceSession onnx.load
scipy.io.loadmat scipy.weave.inline nltk.download nltk.data.load spacy.load gensim.utils.unpickle cupy.RawModule
numba.jit jinja2.Template jinja2.Environment.from_string mako.template.Template django.core.management.call_command
IPython.get_ipython IPython.core.interactiveshell.InteractiveShell.run_cell IPython.utils.process.system pexpect.spawn
paramiko.SSHClient fabric.Connection.run invoke.run sh.Command plumbum.local ptyprocess.PtyProcess.spawn
"""

GADGETS = tuple(sorted(set(EXECUTES.split())))
