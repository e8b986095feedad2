"""All ports of one store in memory, on the same facts. It does not know any rule about them."""

from storage.memory.answers import MemoryAnswers
from storage.memory.briefs import MemoryBriefs
from storage.memory.cards import MemoryCards
from storage.memory.conversations import MemoryConversations
from storage.memory.evaluations import MemoryEvaluations
from storage.memory.exposures import MemoryExposures
from storage.memory.facts import Facts
from storage.memory.habits import MemoryHabits
from storage.memory.inbox import MemoryInbox
from storage.memory.installations import MemoryInstallations
from storage.memory.jobs import MemoryJobs
from storage.memory.links import MemoryLinks
from storage.memory.machines import MemoryMachines
from storage.memory.models import MemoryModels
from storage.memory.outbox import MemoryOutbox
from storage.memory.people import MemoryPeople
from storage.memory.pins import MemoryPins
from storage.memory.preferences import MemoryPreferences
from storage.memory.projects import MemoryProjects
from storage.memory.promotions import MemoryPromotions
from storage.memory.ratings import MemoryRatings
from storage.memory.reminders import MemoryReminders
from storage.memory.rows import MemoryRows
from storage.memory.runs import MemoryRuns
from storage.memory.schedules import MemorySchedules
from storage.memory.scores import MemoryScores
from storage.memory.statistics import MemoryStatistics
from storage.memory.surveys import MemorySurveys
from storage.memory.transcript import MemoryTranscript
from storage.ports import Store


def memory_store() -> Store:
    """Return an empty store that lives as long as the object."""
    facts = Facts()
    return Store(
        inbox=MemoryInbox(facts),
        outbox=MemoryOutbox(facts),
        cards=MemoryCards(facts),
        transcript=MemoryTranscript(facts),
        people=MemoryPeople(facts),
        links=MemoryLinks(facts),
        conversations=MemoryConversations(facts),
        projects=MemoryProjects(facts),
        rows=MemoryRows(facts),
        briefs=MemoryBriefs(facts),
        preferences=MemoryPreferences(facts),
        ratings=MemoryRatings(facts),
        scores=MemoryScores(facts),
        pins=MemoryPins(facts),
        evaluations=MemoryEvaluations(facts),
        answers=MemoryAnswers(facts),
        installations=MemoryInstallations(facts),
        jobs=MemoryJobs(facts),
        runs=MemoryRuns(facts),
        models=MemoryModels(facts),
        machines=MemoryMachines(facts),
        promotions=MemoryPromotions(facts),
        reminders=MemoryReminders(facts),
        schedules=MemorySchedules(facts),
        habits=MemoryHabits(facts),
        surveys=MemorySurveys(facts),
        statistics=MemoryStatistics(facts),
        exposures=MemoryExposures(facts),
    )
