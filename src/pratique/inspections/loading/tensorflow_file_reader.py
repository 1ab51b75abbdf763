from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Operator
from pratique.inspections.rule import Context, rule

# Operators that read any file line by line or whole, list folders, query databases, or talk to a server.
READERS = frozenset(
    {
        "MatchingFiles", "MatchingFilesDataset", "ExperimentalMatchingFilesDataset", "TextLineDataset", "CSVDataset",
        "CSVDatasetV2", "ExperimentalCSVDataset", "FixedLengthRecordDataset", "FixedLengthRecordDatasetV2",
        "SqlDataset", "ExperimentalSqlDataset", "LMDBDataset", "ExperimentalLMDBDataset", "LMDBReader", "LoadDataset",
        "WholeFileReader", "WholeFileReaderV2", "TextLineReader", "TextLineReaderV2", "FixedLengthRecordReader",
        "FixedLengthRecordReaderV2", "BigQueryReader", "DataServiceDataset", "DataServiceDatasetV2",
        "DataServiceDatasetV3", "DataServiceDatasetV4", "RpcClient", "RpcCall", "CreateSummaryDbWriter",
        "GenerateVocabRemapping", "LoadAndRemapMatrix",
    }
)  # fmt: skip
# TensorFlow checks the framing of what these read, so they only matter where the path is fixed and leaves the model.
FRAMED = frozenset(
    {
        "TFRecordDataset", "TFRecordDatasetV2", "SnapshotDataset", "SnapshotDatasetV2", "CacheDataset",
        "CacheDatasetV2",
        "CreateSummaryFileWriter",
    }
)  # fmt: skip


@rule(
    severity=Severity.MEDIUM,
    topics=("tensorflow",),
    remedy="Export the model for inference without its input pipeline, or find out what the operator reads.",
    references=("CWE-829", "CWE-73"),
)
def tensorflow_file_reader(part: Operator, context: Context) -> Iterator[Finding]:
    """A TensorFlow operator that reads files, databases or servers for its input.

    ## What it finds
    Dataset and reader operators for text, fixed-size records, SQL, LMDB and data services, and folder listings; record
    readers and caches with a fixed absolute path or address.

    ## Why it matters
    A model for inference gets its input from its caller. One that fetches its own can carry the caller's files away
    in its
    outputs, or reach into the network.

    ## Limits
    Training graphs hold these operators in earnest: a person has to look. Lookup tables that read their vocabulary
    are silent.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere; CWE-73: External Control of File Name or Path
    """
    if part.type not in READERS and part.type not in FRAMED:
        return
    facts = dict(part.attributes)
    literals = [v for k, v in facts.items() if k.startswith("input.") and isinstance(v, str) and v]
    leaving = [v for v in literals if v.startswith(("/", "~")) or "://" in v or ".." in v.replace("\\", "/").split("/")]
    if part.type in FRAMED and not leaving:
        return
    shown = (leaving or literals or [""])[0]
    message = f"the operator {part.type} ({facts.get('name')}) fetches input" + (f" from {shown!r}" if shown else "")
    yield context.finding(part.where, message, excerpt=shown, facts={"operator": part.type})


RULE = tensorflow_file_reader
