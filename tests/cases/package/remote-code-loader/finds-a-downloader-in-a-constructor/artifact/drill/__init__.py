from drill.model import Detector

__all__ = ["Detector"]
